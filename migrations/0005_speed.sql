-- What lists show, ready to be read: with a million results and as many findings, no page may count or sort them.

-- Beside each check: its newest outcomes and how many findings it has. Made again from checks_run and checks_finding in the transaction
-- that publishes a batch; nothing else is derived from it.
create table checks_summary (
  org_id uuid not null references organisation (id),
  check_id text not null,
  -- The newest 60 runs, oldest first: [{"as_of": …, "outcome": …}].
  past jsonb not null,
  open_findings bigint not null,
  resolved_findings bigint not null,
  primary key (org_id, check_id)
);
call tenant_table('checks_summary', 'select, insert, update');

insert into checks_summary (org_id, check_id, past, open_findings, resolved_findings)
select c.org_id, c.id, recent.past,
  (select count(*) from checks_finding f where f.org_id = c.org_id and f.check_id = c.id and f.resolved_at is null),
  (select count(*) from checks_finding f where f.org_id = c.org_id and f.check_id = c.id and f.resolved_at is not null)
from checks_check c cross join lateral (
  select jsonb_agg(jsonb_build_object('as_of', to_char(as_of at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'outcome', outcome) order by as_of) as past
  from (select as_of, outcome from checks_run r where r.org_id = c.org_id and r.check_id = c.id order by r.as_of desc limit 60) newest
) recent where recent.past is not null;

-- One index for each way that the findings are listed: a page is read from it in order, and the tie-break is in it. Thousands of findings open at one time.
drop index checks_finding_org_id_opened_at_id_idx;
create index on checks_finding (org_id, opened_at, id);
create index on checks_finding (org_id, opened_at, id) where resolved_at is null;
create index on checks_finding (org_id, opened_at, id) where resolved_at is not null;
create index on checks_finding (org_id, check_id, opened_at, id);
create index on checks_finding (org_id, check_id, id);

-- How many controls have each status at a point of the trend: the first page shows hundreds of points and no control of them.
alter table controls_point add column counts jsonb;
update controls_point set counts = (
  select jsonb_object_agg(known.status, (select count(*) from jsonb_each_text(controls) pair where pair.value = known.status))
  from unnest(array['effective', 'failing', 'needs_evidence', 'unknown', 'not_implemented', 'not_applicable']) as known (status)
);
alter table controls_point alter column counts set not null;

-- Openings and leaves belong to entries that exist. A trigger sees to it once a statement, as ledger_entry's does for the organisation: foreign keys ask
-- once a row, and took a quarter of the time of a large append. Entries are never deleted: the application may not. Each is looked up by its key, whatever the
-- planner believes of a table that has just grown: a join once compared every row with every entry, 1.3 ms a fact.
create function refuse_unknown_entry() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if exists (
    select from added where (select e.id from ledger_entry e where e.org_id = added.org_id and e.id = added.entry_id) is null
  ) then
    raise exception 'an opening or a leaf belongs to an entry of the ledger, and there is none of this number' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
alter table ledger_opening drop constraint ledger_opening_org_id_entry_id_fkey;
alter table ledger_leaf drop constraint ledger_leaf_org_id_entry_id_fkey;
create trigger known_entry after insert on ledger_opening referencing new table as added
  for each statement execute function refuse_unknown_entry();
create trigger known_entry after insert on ledger_leaf referencing new table as added
  for each statement execute function refuse_unknown_entry();
