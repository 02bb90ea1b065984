with

landed as (

    {% for crm in ['canonical', 'salesforce', 'hubspot'] %}
    select source_system, lead_id from {{ ref('int_' ~ crm ~ '__landed_leads') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from landed
