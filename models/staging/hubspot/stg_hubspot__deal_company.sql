{{ read_raw('hubspot', 'deal_company') }}
