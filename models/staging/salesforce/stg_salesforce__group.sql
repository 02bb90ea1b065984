{{ read_raw('salesforce', 'group') }}
