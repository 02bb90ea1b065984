{{ read_raw('canonical', 'accounts') }}
