{{ read_raw('hubspot', 'deal') }}
