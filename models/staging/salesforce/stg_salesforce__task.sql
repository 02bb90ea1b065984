{{ read_raw('salesforce', 'task') }}
