{#-
  How marketing's and sales' use of a word shows in the records: of the handoffs it is `asked` of and that are
  `due`, the share in which it `differs` from what the other side takes it to mean. Conditions are SQL over
  the columns of `facts` in rpt_definition_check.
-#}
{% macro definition_checks() %}
    {%- do return([
        {
            'term': 'qualified',
            'check': 'mql_below_the_rule',
            'asked': "records_fit and records_intent_signal and opened_by = 'mql'"
                ~ " and is_fit_sales_ready is not null and is_intent_sales_ready is not null",
            'due': "true",
            'differs': "not (is_fit_sales_ready and is_intent_sales_ready)",
            'words': "of the MQLs are not sales-ready by the fit and intent rules",
        },
        {
            'term': 'accepted',
            'check': 'accepted_without_action',
            'asked': "records_acceptance and records_activity and records_sales_team and accepted_at is not null",
            'due': "human_activity_count > 0 or outcome != 'open' or is_first_action_overdue",
            'differs': "human_activity_count = 0",
            'words': "of the accepted were never acted on by a human of sales",
        },
        {
            'term': 'contacted',
            'check': 'worked_without_connect',
            'asked': "records_activity_outcome and records_activity and records_sales_team"
                ~ " and has_working_status",
            'due': "has_connected or outcome != 'open' or is_age_overdue",
            'differs': "not has_connected",
            'words': "of those whose status says worked never had a conversation",
        },
        {
            'term': 'rejected',
            'check': 'rejected_for_timing',
            'asked': "records_rejection_reason and outcome = 'rejected' and is_reason_known"
                ~ " and rejection_reason is not null",
            'due': "true",
            'differs': "is_timing_reason",
            'words': "of the rejected were so for their timing, which is what recycling is for",
        },
        {
            'term': 'recycled',
            'check': 'recycled_of_poor_fit',
            'asked': "records_fit and outcome = 'recycled' and is_fit_sales_ready is not null",
            'due': "true",
            'differs': "not is_fit_sales_ready",
            'words': "of the recycled do not fit, which is what rejecting is for",
        },
    ]) -%}
{% endmacro %}
