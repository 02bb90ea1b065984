{#- The canonical table that each staging model's rows belong to, as coverage tells of them. -#}
{% macro held_by_tables() %}
    {%- do return({
        'lead': 'leads', 'leads': 'leads', 'contact': 'leads', 'contact_merge_audit': 'leads',
        'lead_history': 'lead_changes', 'lead_changes': 'lead_changes', 'contact_property_history': 'lead_changes',
        'task': 'activities', 'event': 'activities', 'activities': 'activities', 'engagement': 'activities',
        'engagement_call': 'activities', 'engagement_email': 'activities', 'engagement_meeting': 'activities',
        'engagement_task': 'activities', 'engagement_communication': 'activities', 'engagement_contact': 'activities',
        'campaign': 'campaigns', 'campaigns': 'campaigns', 'campaign_member': 'campaigns', 'campaign_members': 'campaigns',
        'contact_form_submission': 'form_submissions', 'form': 'form_submissions', 'form_submissions': 'form_submissions',
        'account': 'accounts', 'accounts': 'accounts', 'company': 'accounts',
        'opportunity': 'opportunities', 'opportunities': 'opportunities', 'opportunity_contact_role': 'opportunities',
        'deal': 'opportunities', 'deal_company': 'opportunities', 'deal_contact': 'opportunities',
        'deal_pipeline_stage': 'opportunities',
        'user': 'owners', 'user_role': 'owners', 'group': 'owners', 'group_member': 'owners', 'owner': 'owners',
        'owner_team': 'owners', 'team': 'owners', 'owners': 'owners', 'queue_members': 'owners',
    }) %}
{% endmacro %}


{#- SQL: the canonical table of a staging model's name. -#}
{% macro held_by_staging_model(expression) %}
    {%- set cases = [] %}
    {%- for table, held_by in held_by_tables().items() %}
        {%- do cases.append("when '" ~ table ~ "' then '" ~ held_by ~ "'") %}
    {%- endfor %}
    {%- do return("case split_part(" ~ expression ~ ", '__', 2) " ~ cases | join(' ') ~ " end") %}
{% endmacro %}


{#- SQL: the canonical table that a raw table of a CRM is read for, by the names under which staging models look for it; null
    where none does. -#}
{% macro held_by_raw_table(crm, expression) %}
    {%- if not execute %}{% do return("cast(null as " ~ dbt.type_string() ~ ")") %}{% endif %}
    {%- set cases = [] %}
    {%- for name in ['salesforce', 'hubspot', 'canonical'] %}
        {%- for node in staging_nodes(name) %}
            {%- set table = node.name.split('__')[1] %}
            {%- set known = [] %}
            {%- for raw in [table] + node.config.meta.raw + node.config.meta.get('raw_also', []) %}
                {%- do known.append(normalised_table_name(raw)) %}
            {%- endfor %}
            {%- do cases.append(
                "when " ~ crm ~ " = '" ~ name ~ "' and " ~ any_alnum_only("lower(" ~ expression ~ ")") ~ " in ('"
                ~ known | unique | join("', '") ~ "') then '" ~ held_by_tables()[table] ~ "'"
            ) %}
        {%- endfor %}
    {%- endfor %}
    {%- do return("case " ~ cases | join(' ') ~ " end") %}
{% endmacro %}
