{{ read_raw('hubspot', 'deal_pipeline_stage') }}
