"""The desk: what stands (the board), and what each report or command changes of it. Pure judgement, no waiting."""
