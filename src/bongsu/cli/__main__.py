"""`python -m bongsu.cli`: how parents start their parts."""

from bongsu.cli import main

main()
