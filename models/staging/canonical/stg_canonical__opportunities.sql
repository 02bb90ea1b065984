{{ read_raw('canonical', 'opportunities') }}
