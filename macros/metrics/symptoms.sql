{#-
  The five symptoms: the share that shows each, and on which side it is bad (1: too high, -1: too low). words: how
  the share reads at the start of a sentence. among: the handoffs that have had the time that the share allows, however
  they fared; of a young campaign only the quick ends are known, and rejections are quick.
-#}
{% macro symptoms() %}
    {%- do return([
        {
            'name': 'low_sales_acceptance', 'metric': 'mql_to_sal_rate', 'bad_side': -1,
            'among': 'has_outlived_acceptance', 'words': 'Sales accepts',
        },
        {
            'name': 'low_first_action_rate', 'metric': 'first_action_sla_rate', 'bad_side': -1,
            'among': 'has_outlived_acceptance', 'words': 'Sales acts in time on',
        },
        {
            'name': 'high_disqualification', 'metric': 'disqualification_rate', 'bad_side': 1,
            'among': 'has_outlived_outcome', 'words': 'Sales rejects',
        },
        {
            'name': 'few_opportunities', 'metric': 'opportunity_creation_rate', 'bad_side': -1,
            'among': 'has_outlived_outcome', 'words': 'An opportunity comes of the accepted in',
        },
        {
            'name': 'many_quality_rejections', 'metric': 'quality_rejection_rate', 'bad_side': 1,
            'among': 'has_outlived_outcome', 'words': 'Sales rejects for poor quality',
        },
    ]) -%}
{% endmacro %}

{#- What segments are made of. A fit band is none: it would be compared with itself. -#}
{% macro segment_dimensions() %}
    {%- do return(slice_dimensions() | reject('equalto', 'fit_band') | list) -%}
{% endmacro %}

{#- The parts of process quality, each a metric: met, not met, or not known of this handoff. -#}
{% macro process_parts() %}
    {%- do return([
        {'name': 'context', 'metric': 'context_completeness_rate', 'words': 'have their context complete'},
        {'name': 'owned', 'metric': 'owner_assignment_sla_rate', 'words': 'get an owner in time'},
        {'name': 'acted', 'metric': 'first_action_sla_rate', 'words': 'are acted on in time'},
    ]) -%}
{% endmacro %}

{#- What a source system records of lead and process quality, as the names of what it does. -#}
{% macro recording_profile(relation) -%}
    concat_ws(
        ' ',
        case when {{ relation }}.records_fit then 'fit' end,
        case when {{ relation }}.records_intent_signal then 'intent' end,
        case when {{ relation }}.records_owner and {{ relation }}.records_sales_team then 'owner' end,
        case when {{ relation }}.records_activity and {{ relation }}.records_sales_team then 'action' end
    )
{%- endmacro %}
