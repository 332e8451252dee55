{{ staged_loads(source('artifact_hub', 'loads')) }}
