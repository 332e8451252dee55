{{ staged_loads(source('github', 'loads')) }}
