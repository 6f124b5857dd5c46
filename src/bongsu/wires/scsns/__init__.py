"""The wire of the Korean safety network (스마트도시 안전망서비스, SCSNS): envelope, event, codes and answers, pure.

Field names and samples: the public MIT-licensed bridge of KETI (smartcitydatahub_integrationplatform_interworking).
"""
