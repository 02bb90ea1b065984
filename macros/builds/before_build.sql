{#- What a build of changes compares with, kept before it makes anything. -#}
{% macro tables_to_keep() %}
    {%- do return([
        'int_canonical__logged_fields', 'int_clock', 'int_crm__merges', 'int_crm__opportunities', 'int_crm__owners',
        'int_crm__queue_members', 'int_field_history_horizons', 'int_hubspot__campaign_properties', 'int_lead_accounts',
        'int_lead_fingerprints', 'int_lead_merges', 'int_lead_persons', 'int_owner_aliases', 'int_owner_team_periods',
        'int_owners', 'int_queue_policies', 'int_response_dates', 'int_salesforce__logged_fields', 'int_source_elements',
    ]) %}
{% endmacro %}


{#- What a build of changes makes for itself alone. -#}
{% macro schemas_of_a_build() %}
    {%- do return(['kept', 'touched', 'landed', 'changed', 'due']) %}
{% endmacro %}


{% macro before_build() %}
    {%- do return(adapter.dispatch('before_build')()) %}
{% endmacro %}

{% macro default__before_build() %}
    {%- do return('') %}
{% endmacro %}

{% macro duckdb__before_build() %}
    {%- if not execute %}{% do return('') %}{% endif %}
    {%- set statements = [] %}
    {%- if kind_of_build() in ('whole', 'changes') %}
        {%- do statements.append('create schema if not exists staged') %}
    {%- endif %}
    {%- if kind_of_build() == 'changes' %}
        {%- for schema in schemas_of_a_build() %}
            {%- do statements.append('create schema if not exists ' ~ schema) %}
        {%- endfor %}
        {%- for name in tables_to_keep() %}
            {%- do statements.append(
                'create or replace table ' ~ in_schema('kept', name) ~ ' as select * from ' ~ model_relation(name)
            ) %}
        {%- endfor %}
    {%- elif kind_of_build() == '' and flags.WHICH in ('build', 'run', 'seed', 'snapshot') %}
        {#- The line does not know what this makes: its next build begins from nothing. -#}
        {%- do statements.append('drop table if exists landing.builds') %}
    {%- endif %}
    {%- do return(statements | join(';\n')) %}
{% endmacro %}


{% macro after_build() %}
    {%- do return(adapter.dispatch('after_build')()) %}
{% endmacro %}

{% macro default__after_build() %}
    {%- do return('') %}
{% endmacro %}

{% macro duckdb__after_build() %}
    {%- if kind_of_build() != 'changes' %}{% do return('') %}{% endif %}
    {%- set statements = [] %}
    {%- for schema in schemas_of_a_build() %}
        {%- do statements.append('drop schema if exists ' ~ schema ~ ' cascade') %}
    {%- endfor %}
    {%- do return(statements | join(';\n')) %}
{% endmacro %}
