"""Faults on purpose: processes killed, power cut, disks full, silent lines; and the partners' own books after it."""
