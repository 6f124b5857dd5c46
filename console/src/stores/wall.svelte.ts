/** What stands on this seat's video wall; it outlasts a look at another tab. */
import { NO_WALL, type Wall } from "../model/wall";

class Walls {
  current = $state.raw<Wall>(NO_WALL);
}

export const walls = new Walls();
