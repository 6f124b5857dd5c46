"""Fire engines in traffic: does the platform bring them there in seven minutes, where crews drive with siren anyway?"""
