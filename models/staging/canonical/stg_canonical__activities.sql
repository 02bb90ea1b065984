{{ read_raw('canonical', 'activities') }}
