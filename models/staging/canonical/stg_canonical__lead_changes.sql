{{ read_raw('canonical', 'lead_changes') }}
