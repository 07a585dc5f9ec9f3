import { Columns3, ListTree } from 'lucide-react'
import { densities, setAppearance, useAppearance } from '../../data/appearance-store.ts'
import { type ColumnId, columnIds, columnOf, columns, isShown } from '../../data/columns.ts'
import { type GroupBy, prefer, resetColumns, showColumn, useView } from '../../data/view-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuAction, MenuCheck, MenuChoice, MenuGroup, MenuLine } from '../../ui/menu.tsx'

const groupWords: Readonly<Record<GroupBy, string>> = {
  session: 'Session',
  host: 'Host',
  status: 'Status',
  none: 'Nothing',
}

const densityWords = { compact: 'Compact', normal: 'Normal', comfortable: 'Comfortable' } as const

const groupOptions = (['session', 'host', 'status', 'none'] as const).map((value) => ({
  value,
  label: groupWords[value],
}))
const sortOptions = columnIds.filter((id) => id !== 'detail').map((value) => ({ value, label: columnOf(value).label }))
const directionOptions = [
  { value: 'up', label: 'Ascending' },
  { value: 'down', label: 'Descending' },
] as const

/** Grouping and sorting, also for those who do not use the headers. */
export function ArrangeMenu() {
  const { groupBy, sort } = useView()
  const label = groupBy === 'none' ? 'Not grouped, change' : `Grouped by ${groupWords[groupBy].toLowerCase()}, change`
  return (
    <Menu trigger={<IconButton label={label} icon={ListTree} className="only-wide" />} align="end">
      <MenuChoice
        title="Group by"
        value={groupBy}
        options={groupOptions}
        onChange={(chosen) => prefer({ groupBy: chosen })}
      />
      <MenuLine />
      <MenuChoice<ColumnId>
        title="Sort by"
        value={sort.column}
        options={sortOptions}
        onChange={(column) => prefer({ sort: { ...sort, column } })}
      />
      <MenuLine />
      <MenuChoice
        title="Direction"
        value={sort.descending ? 'down' : 'up'}
        options={directionOptions}
        onChange={(direction) => prefer({ sort: { ...sort, descending: direction === 'down' } })}
      />
    </Menu>
  )
}

/** Which columns stand in the grid, and how high its rows are. */
export function ColumnsMenu() {
  const choice = useView((state) => state.columns)
  const density = useAppearance((state) => state.density)
  return (
    <Menu trigger={<IconButton label="Columns" icon={Columns3} className="only-wide" />} align="end">
      <MenuGroup title="Columns">
        {columns
          .filter(({ hideable }) => hideable)
          .map(({ id, label }) => (
            <MenuCheck key={id} checked={isShown(choice, id)} onChange={(shown) => showColumn(id, shown)}>
              {label}
            </MenuCheck>
          ))}
      </MenuGroup>
      <MenuAction onClick={resetColumns}>Reset columns</MenuAction>
      <MenuLine />
      <MenuChoice
        title="Row height"
        value={density}
        options={densities.map((value) => ({ value, label: densityWords[value] }))}
        onChange={(chosen) => setAppearance({ density: chosen })}
      />
    </Menu>
  )
}
