{{ read_raw('hubspot', 'contact_merge_audit') }}
