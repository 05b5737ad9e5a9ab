import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useFeatures } from './features-context.tsx'

/** Finds pages, controls, checks and the rest by name: ⌘K or Ctrl K. */
export function Palette(): ReactNode {
  const features = useFeatures()
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const sources = features.flatMap(feature => (feature.palette ? [feature.palette] : []))
  const answers = useQueries({
    queries: sources.map(source => ({
      queryKey: [...source.queryKey, 'palette'],
      queryFn: ({ signal }: { signal: AbortSignal }) => source.load(signal),
      enabled: opened,
    })),
  })
  const go = (to: string) => void navigate({ to })

  const actions: SpotlightActionGroupData[] = [
    {
      group: 'Pages',
      actions: features
        .flatMap(feature => feature.navigation)
        .map(({ to, label, icon: Icon, key }) => ({
          id: to,
          label,
          leftSection: <Icon size={17} stroke={1.7} aria-hidden />,
          rightSection: <kbd>g {key}</kbd>,
          onClick: () => go(to),
        })),
    },
    ...sources.map((source, position) => ({
      group: source.group,
      actions: (answers[position]?.data ?? []).map(({ id, label, description, to }) => ({
        id: `${source.group}:${id}`,
        label,
        ...(description ? { description } : {}),
        onClick: () => go(to),
      })),
    })),
  ]

  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      limit={9}
      scrollable
      maxHeight={440}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      nothingFound="Nothing has that name."
      searchProps={{
        leftSection: <IconSearch size={17} aria-hidden />,
        placeholder: 'Go to a page, a control, a check…',
        'aria-label': 'Search everything',
      }}
    />
  )
}
