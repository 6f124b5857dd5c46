"""`python -m bongsu.world.police112`: its process beside a city whose settings it is given."""

from bongsu.world.partner.process import main
from bongsu.world.police112.stories import ROOM

if __name__ == "__main__":
    main(ROOM)
