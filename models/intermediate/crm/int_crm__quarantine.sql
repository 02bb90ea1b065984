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
    'stg_hubspot__campaign': ['campaign_id'],
    'stg_hubspot__company': ['account_id'],
    'stg_hubspot__contact': ['lead_id'],
    'stg_hubspot__contact_form_submission': ['submission_id'],
    'stg_hubspot__contact_merge_audit': ['survivor_lead_id', 'loser_lead_id'],
    'stg_hubspot__contact_property_history': ['change_id'],
    'stg_hubspot__deal': ['opportunity_id'],
    'stg_hubspot__deal_company': ['opportunity_id', 'account_id'],
    'stg_hubspot__deal_contact': ['opportunity_id', 'lead_id'],
    'stg_hubspot__deal_pipeline_stage': ['stage_id'],
    'stg_hubspot__engagement': ['activity_id'],
    'stg_hubspot__engagement_call': ['activity_id'],
    'stg_hubspot__engagement_communication': ['activity_id'],
    'stg_hubspot__engagement_contact': ['activity_id', 'lead_id'],
    'stg_hubspot__engagement_email': ['activity_id'],
    'stg_hubspot__engagement_meeting': ['activity_id'],
    'stg_hubspot__engagement_task': ['activity_id'],
    'stg_hubspot__form': ['form_id'],
    'stg_hubspot__owner': ['owner_id'],
    'stg_hubspot__owner_team': ['membership_id'],
    'stg_hubspot__team': ['team_id'],
} %}

with set_aside as (

    {%- for model_name, key in staged.items() %}
    {{ quarantined_rows(ref(model_name), key, model_name) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

)

select * from set_aside
