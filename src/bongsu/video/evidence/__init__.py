"""Evidence (증거 영상 반출): a span of several cameras as one signed file whose every byte is accounted for."""
