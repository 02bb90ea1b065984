{% set staged = {
    'stg_canonical__accounts': ['account_id'],
    'stg_canonical__activities': ['activity_id'],
    'stg_canonical__campaign_members': ['member_id'],
    'stg_canonical__campaigns': ['campaign_id'],
    'stg_canonical__form_submissions': ['submission_id'],
    'stg_canonical__lead_changes': ['change_id'],
    'stg_canonical__leads': ['lead_id'],
    'stg_canonical__opportunities': ['opportunity_id'],
    'stg_canonical__owners': ['owner_id'],
    'stg_canonical__queue_members': ['queue_id', 'owner_id'],
    'stg_salesforce__account': ['account_id'],
    'stg_salesforce__campaign': ['campaign_id'],
    'stg_salesforce__campaign_member': ['member_id'],
    'stg_salesforce__contact': ['contact_id'],
    'stg_salesforce__event': ['activity_id'],
    'stg_salesforce__group': ['group_id'],
    'stg_salesforce__group_member': ['group_id', 'member_id'],
    'stg_salesforce__lead': ['lead_id'],
    'stg_salesforce__lead_history': ['change_id'],
    'stg_salesforce__opportunity': ['opportunity_id'],
    'stg_salesforce__opportunity_contact_role': ['opportunity_id', 'contact_id'],
    'stg_salesforce__task': ['activity_id'],
    'stg_salesforce__user': ['owner_id'],
    'stg_salesforce__user_role': ['role_id'],
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
