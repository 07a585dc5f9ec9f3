import { expect, test } from 'vitest'
import { parseGpus } from './gpus.ts'

const mebibytes = 1024 * 1024

test('what a GPU says', () => {
  expect(
    parseGpus('0, NVIDIA H100 80GB HBM3, 37, 1024, 81559, 41\n1, NVIDIA A100-SXM4-80GB, 0, 4, 81920, 29\n'),
  ).toEqual([
    {
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      utilisationPct: 37,
      memoryUsedBytes: 1024 * mebibytes,
      memoryTotalBytes: 81559 * mebibytes,
      temperatureC: 41,
    },
    {
      index: 1,
      name: 'NVIDIA A100-SXM4-80GB',
      utilisationPct: 0,
      memoryUsedBytes: 4 * mebibytes,
      memoryTotalBytes: 81920 * mebibytes,
      temperatureC: 29,
    },
  ])
})

test('what a GPU does not say is not 0', () => {
  const [divided, old, lost] = parseGpus(
    '0, NVIDIA A100-PCIE-40GB, [N/A], 13, 40960, 33\n' +
      '1, Quadro K600, [Not Supported], 220, 1024, 51\n' +
      '2, NVIDIA GeForce RTX 3090, [GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost]\n',
  )
  expect(divided).toMatchObject({ utilisationPct: null, memoryTotalBytes: 40960 * mebibytes })
  expect(old).toMatchObject({ utilisationPct: null, temperatureC: 51 })
  expect(lost).toEqual({
    index: 2,
    name: 'NVIDIA GeForce RTX 3090',
    utilisationPct: null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC: null,
  })
})

test.each([
  'No devices were found\n',
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
  '',
  'Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n',
])('no GPU: %j', (output) => expect(parseGpus(output)).toEqual([]))

test('a name with a comma stays whole', () => {
  expect(parseGpus('0, Quadro, special, 1, 2, 3, 4\r\n')[0]).toMatchObject({ name: 'Quadro, special', temperatureC: 4 })
})
