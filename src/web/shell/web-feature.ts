import type { Icon } from '@tabler/icons-react'
import type { Permission } from '../api/session.ts'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The permission without which the page shows nothing but that it is not for this role. */
    access?: Permission
    /** A page for the signed out, without anything around it. */
    alone?: boolean
  }
}

/** A line of the navigation. */
export interface NavigationItem {
  /** Its address, such as `/controls`. */
  readonly to: string
  readonly label: string
  readonly icon: Icon
  /** The key that follows G: `g c` opens Controls. */
  readonly key: string
}

/** A thing that the palette finds. */
export interface PaletteEntry {
  readonly id: string
  readonly label: string
  readonly description?: string
  readonly to: string
}

/** Where a feature's palette entries come from; asked when the palette is first opened. */
export interface PaletteSource {
  readonly group: string
  readonly queryKey: readonly unknown[]
  load(signal: AbortSignal): Promise<readonly PaletteEntry[]>
}

/** What a feature adds to the shell. The entry point lists them, in the order of the navigation. */
export interface WebFeature {
  /** The permission without which it is left out of navigation and palette. */
  readonly access?: Permission
  /** Left out for those who have this permission: a plainer page in the place of another feature's. */
  readonly unless?: Permission
  readonly navigation: readonly NavigationItem[]
  readonly palette?: PaletteSource
}
