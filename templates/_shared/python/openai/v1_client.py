{% include "_shared/python/openai/assistant_client.py" %}
