import { createRootRoute } from '@tanstack/react-router'
import { Crash } from './crash.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

/** The root of all pages' routes. */
export const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Crash })
