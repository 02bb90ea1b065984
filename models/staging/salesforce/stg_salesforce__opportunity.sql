{{ read_raw('salesforce', 'opportunity') }}
