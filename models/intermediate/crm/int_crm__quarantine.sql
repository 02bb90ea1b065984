{% set staged = {
    'stg_canonical__leads': ['lead_id'],
    'stg_canonical__lead_changes': ['change_id'],
    'stg_canonical__activities': ['activity_id'],
    'stg_canonical__owners': ['owner_id'],
    'stg_canonical__queue_members': ['queue_id', 'owner_id'],
    'stg_canonical__accounts': ['account_id'],
    'stg_canonical__campaigns': ['campaign_id'],
    'stg_canonical__campaign_members': ['member_id'],
    'stg_canonical__form_submissions': ['submission_id'],
    'stg_canonical__opportunities': ['opportunity_id'],
} %}

with set_aside as (

    {%- for model_name, key in staged.items() %}
    {{ quarantined_rows(ref(model_name), key) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

)

select * from set_aside
