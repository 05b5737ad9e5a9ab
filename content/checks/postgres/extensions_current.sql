select
  connection || '/' || name as subject_id,
  case
    when list_contains(string_split(replace($pinned, ' ', ''), ','), name) then 'not_applicable'
    when version is null or default_version is null then 'unknown'
    when version = default_version then 'pass'
    else 'fail'
  end as status,
  case
    when list_contains(string_split(replace($pinned, ' ', ''), ','), name) then 'The extension is kept at its version on purpose.'
    when version is null or default_version is null then 'The files of the extension are gone, so that its newest version is not known.'
    when version = default_version then 'The extension has the version that the server would install (' || version || ').'
    else 'The extension has version ' || version || ', the server would install ' || default_version || '.'
  end as reason
from postgres_extension
