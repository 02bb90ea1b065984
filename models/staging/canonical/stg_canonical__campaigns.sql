{{ read_raw('canonical', 'campaigns') }}
