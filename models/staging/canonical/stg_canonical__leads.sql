{{ read_raw('canonical', 'leads') }}
