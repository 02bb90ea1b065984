{{ read_raw('hubspot', 'deal_contact') }}
