"""Privacy masks burnt in on the server: no pixel of a masked zone is sent without an unmasking (가림 처리)."""
