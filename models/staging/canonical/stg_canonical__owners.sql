{{ read_raw('canonical', 'owners') }}
