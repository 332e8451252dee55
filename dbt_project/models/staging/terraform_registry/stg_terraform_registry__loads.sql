{{ staged_loads(source('terraform_registry', 'loads')) }}
