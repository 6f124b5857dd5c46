"""`python -m bongsu.world.moj`: its process beside a city whose settings it is given."""

from bongsu.world.moj.stories import ROOM
from bongsu.world.partner.process import main

if __name__ == "__main__":
    main(ROOM)
