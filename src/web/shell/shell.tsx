import { ActionIcon, Burger, Drawer } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconFlask, IconSearch } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useMatches, useNavigate, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { followChanges } from '../api/live.ts'
import { useMay, useSession } from '../api/session.ts'
import { useFeatures } from './features-context.tsx'
import { Brand, Navigation } from './navigation.tsx'
import { NotYours } from './not-yours.tsx'
import { Palette } from './palette.tsx'
import classes from './shell.module.css'

/** What is around every page: navigation, palette, the band of sample data, live updates, and where the focus goes. */
export function Shell(): ReactNode {
  const client = useQueryClient()
  const [connected, setConnected] = useState(true)
  const [menu, { close, toggle }] = useDisclosure(false)
  const follows = useMay('events.read')
  useEffect(() => (follows ? followChanges(client, setConnected) : undefined), [client, follows])
  useFocusOnNavigation()
  useGoKeys()

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <aside className={classes.side} aria-label="Navigation">
        <Navigation connected={connected} />
      </aside>
      <header className={classes.top}>
        <Burger opened={menu} onClick={toggle} size="sm" aria-label={menu ? 'Close the menu' : 'Open the menu'} />
        <Brand />
        <ActionIcon size="lg" aria-label="Search" onClick={() => spotlight.open()}>
          <IconSearch size={18} />
        </ActionIcon>
      </header>
      <Drawer.Root opened={menu} onClose={close} size={264}>
        <Drawer.Overlay />
        <Drawer.Content aria-label="Menu" bg="var(--v-surface-2)">
          <Drawer.Body p={0} h="100%">
            <Navigation connected={connected} onNavigate={close} />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
      <main id="main" className={classes.main} tabIndex={-1}>
        <SampleBand />
        <Permitted />
      </main>
      <Palette />
    </div>
  )
}

/** The page, or that it is not for this role. */
function Permitted(): ReactNode {
  const { may } = useSession()
  const access = useMatches({ select: matches => matches.at(-1)?.staticData.access })
  return access === undefined || may.includes(access) ? <Outlet /> : <NotYours />
}

function SampleBand(): ReactNode {
  const { organisation } = useSession()
  if (!organisation?.is_sample) return null
  return (
    <div className={classes.band} role="note">
      <IconFlask size={15} aria-hidden />
      <strong>Sample data</strong>
      <span>Its past is simulated. Nothing here is evidence about a real organisation.</span>
    </div>
  )
}

/** A new page takes the focus, so that the keyboard and screen readers begin at its top; filters and tabs of a page do not. */
function useFocusOnNavigation(): void {
  const router = useRouter()
  const path = useRef(router.state.location.pathname)
  useEffect(
    () =>
      router.subscribe('onResolved', ({ toLocation }) => {
        if (toLocation.pathname === path.current) return
        path.current = toLocation.pathname
        document.getElementById('main')?.focus({ preventScroll: true })
      }),
    [router],
  )
}

const chordMs = 1_200

/** `g` and then a page's key opens the page. */
function useGoKeys(): void {
  const features = useFeatures()
  const navigate = useNavigate()
  const armed = useRef(0)
  const keys = features.flatMap(feature => feature.navigation)
  useHotkeys([
    ['g', () => (armed.current = Date.now()), { preventDefault: false }],
    ...keys.map(
      ({ key, to }) =>
        [
          key,
          () => {
            if (Date.now() - armed.current < chordMs) void navigate({ to })
          },
          { preventDefault: false },
        ] as [string, () => void, { preventDefault: boolean }],
    ),
  ])
}
