{#- Why: a rate must not be counted in a CRM that does not record what it rests on; rpt_metric_basis says so to readers, and
    what it says is read off the definitions. Waits are left out: one can end by an action of somebody who owned nothing. -#}
{%- set bases = metric_bases() | selectattr('is_share') | list -%}
with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

basis as (

    select * from {{ ref('rpt_metric_basis') }}
    where not is_known

)

{% for metric in bases %}
select
    basis.source_system,
    basis.metric,
    basis.missing,
    count(*) as handoffs_counted
from basis
inner join facts on basis.source_system = facts.source_system
where basis.metric = '{{ metric.name }}' and facts.{{ metric.name }} is not null
group by basis.source_system, basis.metric, basis.missing
{{ 'union all' if not loop.last }}
{% endfor %}
