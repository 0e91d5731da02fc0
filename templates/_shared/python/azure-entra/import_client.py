{% include "_shared/python/azure/import_client.py" %}
