"""What every register of places needs: bytes → columns → rows with fields, each judged by where it claims to stand.

The ground floor of the imports: importers of registers stand on it and stay strangers to each other.
"""
