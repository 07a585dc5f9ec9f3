import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useGraphView } from '../../data/graph-store.ts'
import type { EdgeShape } from './edge-shape.ts'
import { useEmphasis } from './emphasis.ts'
import { selectEdge } from './select.ts'

/** `label` is empty where the parent only has to run. */
export type CanvasEdge = Edge<{ readonly shape: EdgeShape; readonly label: string }, 'dependence'>

/** Wide enough to be hit with a pointer. */
const hitWidth = 16

/** An arrow from a parent to a child: dashed while the parent is not what it must be. */
const DependenceEdge = memo(function DependenceEdge({ id, data }: EdgeProps<CanvasEdge>) {
  const unmet = useEmphasis((state) => state.unmet.has(id))
  const critical = useEmphasis((state) => state.critical.has(id))
  const standsBack = useEmphasis(({ related }) => related !== null && !related.edges.has(id))
  const selected = useGraphView((state) => state.edge === id)
  if (!data) return null
  const { shape, label } = data
  const look = [unmet ? 'unmet' : 'met', critical ? 'crit' : '', standsBack ? 'off' : '', selected ? 'sel' : '']
    .filter(Boolean)
    .join(' ')
  return (
    <>
      <path className={`line ${look}`} d={shape.path} />
      <path className={`head ${look}`} d={shape.head} />
      <path className="hit" d={shape.path} strokeWidth={hitWidth} data-edge={id} />
      {label !== '' && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the inspector offers the same to the keyboard */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
          <span
            className={`edge-label nopan ${look}`}
            style={{ transform: `translate(-50%, -50%) translate(${shape.label.x}px, ${shape.label.y}px)` }}
            data-edge={id}
            title={label}
            onClick={() => selectEdge(id)}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
})

export const edgeTypes = { dependence: DependenceEdge } as const
