/** Steady tones fitted to the whole record at once: the limit for tones that never change. */
import { fitTones } from '../least-squares'
import { defineRecordRival } from './define'

export default defineRecordRival({
  id: 'least-squares',
  title: 'Least squares over the record',
  params: {},
  grid: {},
  filterRecord: (record, task) => fitTones(record, task)
})
