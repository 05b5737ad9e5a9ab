import { spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMay, useSession } from '../api/session.ts'
import { useFeatures } from './features-context.tsx'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'
import { ThemeMenu } from './theme-menu.tsx'

/** The product's mark and the organisation's name. */
export function Brand(): ReactNode {
  const { organisation } = useSession()
  return (
    <div className={classes.brand}>
      <img src="/favicon.svg" width={26} height={26} alt="" />
      <div style={{ minWidth: 0 }}>
        <div className={classes.brandName}>Vouch</div>
        <div className={classes.brandOrg}>{organisation?.name}</div>
      </div>
    </div>
  )
}

const modifier = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '

/** The navigation's content, at the side or in a drawer. */
export function Navigation({ connected, onNavigate }: { connected: boolean; onNavigate?: () => void }): ReactNode {
  const features = useFeatures()
  const follows = useMay('events.read')
  return (
    <div className={classes.nav}>
      <Brand />
      <button type="button" className={classes.search} onClick={() => spotlight.open()}>
        <IconSearch size={15} aria-hidden />
        Search
        <kbd>{modifier}K</kbd>
      </button>
      <nav aria-label="Main">
        <ul className={classes.list}>
          {features
            .flatMap(feature => feature.navigation)
            .map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  className={classes.item}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  onClick={() => onNavigate?.()}
                >
                  <Icon size={17} stroke={1.7} aria-hidden />
                  {label}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <div className={classes.foot}>
        <PersonMenu onNavigate={onNavigate} />
        <div className={classes.footRow}>
          {follows ? (
            <span className={classes.live} role="status">
              <span className={classes.dot} data-down={!connected} aria-hidden />
              {connected ? 'Live' : 'Reconnecting…'}
            </span>
          ) : (
            <span />
          )}
          <ThemeMenu />
        </div>
      </div>
    </div>
  )
}
