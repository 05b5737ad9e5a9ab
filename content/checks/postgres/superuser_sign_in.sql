-- One line for each connection: does any rule trust, and could the rules be read at all?
with rules as (
  select s.connection, any_value(s.can_read_hba) as readable, count(*) filter (where h.method = 'trust') as trusting
  from postgres_server s
  left join postgres_hba_rule h on h.connection = s.connection
  group by s.connection
)
select
  r.connection || '/' || r.name as subject_id,
  case
    when r.login is null then 'unknown'
    when not r.login then 'not_applicable'
    when r.password_method is null then 'unknown'
    when r.password_method = 'scram-sha-256' then 'pass'
    when r.password_method <> 'none' then 'fail'
    when rules.trusting > 0 then 'fail'
    when rules.readable then 'pass'
    else 'unknown'
  end as status,
  case
    when r.login is null then 'The source did not say whether the role may sign in.'
    when not r.login then 'The superuser cannot sign in itself.'
    when r.password_method is null then 'How the password is stored is hidden: the collecting role needs SELECT on the columns oid and rolpassword of pg_authid.'
    when r.password_method = 'scram-sha-256' then 'The superuser has a SCRAM password.'
    when r.password_method <> 'none' then 'The password of the superuser is stored as ' || r.password_method || '.'
    when rules.trusting > 0 then 'The superuser has no password, and authentication rules trust whoever connects (rules: ' || rules.trusting || ').'
    when rules.readable then 'The superuser has no password, and no authentication rule trusts whoever connects.'
    else 'The superuser has no password, and whether a rule trusts whoever connects is hidden: the collecting role may not read pg_hba_file_rules.'
  end as reason
from postgres_role r
left join rules on rules.connection = r.connection
where r.superuser
